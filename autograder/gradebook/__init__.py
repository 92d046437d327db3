"""Final marks and feedback back to the platform that the class came from: its own export filled, and its pages in the layout it takes."""
