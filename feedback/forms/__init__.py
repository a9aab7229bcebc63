"""What people type in: one module per page family. Forms check and clean; they change nothing."""
