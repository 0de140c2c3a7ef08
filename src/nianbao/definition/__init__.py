"""What a form is: YAML read, its mistakes listed, the form as values."""
