"""The public board: reads only. A change enters as an event, through a channel."""
