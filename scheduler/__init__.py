"""Time: one tick. What falls due are rows; the domain decides what is to be said."""
