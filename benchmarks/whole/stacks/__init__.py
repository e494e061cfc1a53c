"""One adapter a stack, each as the stack's own documentation shows it."""
