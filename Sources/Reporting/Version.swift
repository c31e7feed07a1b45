/// The version of mmbert, as run records, checkpoints and model cards name it. It is raised where the
/// same input gives other bits than before: a run that is resumed says so, and suites measure anew.
public let frameworkVersion = "0.2.0"
