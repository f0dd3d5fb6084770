"""Sources that a curator follows: asked for news, read as an import reads them, and proposed; never published."""
