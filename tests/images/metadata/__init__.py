"""The room of what files tell of themselves."""
