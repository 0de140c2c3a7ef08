"""Where each cell of a form stands, and what its live cells compute."""
