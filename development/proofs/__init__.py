"""What other people's tools say of Stacks, a module each; development/proof.py tells how one is written."""
