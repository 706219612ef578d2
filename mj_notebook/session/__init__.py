"""Where the rooms meet: a request goes in, a job comes out and is followed until it is final."""
