import Testing

/// Everything that needs a monitor shares one.
@Suite(.monitor) struct AgainstAMonitor {}
