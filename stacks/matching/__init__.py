"""Names in a text: the one matcher of search, type-ahead, pickers, addresses, the admin and the imports."""
