"""What one mistake costs: planted files and changed solutions, graded in few processes, and the tables and bounds of that."""
