/// The version of mmbert, as run records, checkpoints and model cards name it.
public let frameworkVersion = "0.1.0"
