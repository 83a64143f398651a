"""What people do: one function each. Takes a Session, a person, a time; the caller commits."""
