"""Terms and rules of the deliberation. Pure: values in, values out; no clock, no file, no network."""
