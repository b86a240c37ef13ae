/// The SQLSTATE codes that this project acts on; all others are only shown.
public enum SQLState {
  /// `undefined_object`: an unknown node.
  public static let undefinedObject = "42704"
  /// `invalid_object_definition`: an unknown formation, or a node of another one.
  public static let invalidObjectDefinition = "42P17"
  /// `object_not_in_prerequisite_state`: asked in a state that does not allow it.
  public static let objectNotInPrerequisiteState = "55000"
  /// `object_in_use`: not now, but later; a registration without a primary.
  public static let objectInUse = "55006"
  /// `unique_violation`: a name, a host and port, or an id that is taken.
  public static let uniqueViolation = "23505"
  /// `exclusion_violation`: another system identifier than the group's.
  public static let exclusionViolation = "23P01"
  /// `foreign_key_violation`: what is to go is still referred to.
  public static let foreignKeyViolation = "23503"
  /// `invalid_parameter_value`.
  public static let invalidParameterValue = "22023"
  /// `check_violation`.
  public static let checkViolation = "23514"

  /// `invalid_password`.
  public static let invalidPassword = "28P01"
  /// `invalid_authorization_specification`: no such role, or no line of `pg_hba.conf` for it.
  public static let invalidAuthorization = "28000"
  /// `insufficient_privilege`.
  public static let insufficientPrivilege = "42501"
  /// `invalid_catalog_name`: no such database.
  public static let invalidCatalogName = "3D000"
  /// `cannot_connect_now`: the server starts up, shuts down or recovers.
  public static let cannotConnectNow = "57P03"

  /// `serialization_failure`.
  public static let serializationFailure = "40001"
  /// `deadlock_detected`.
  public static let deadlockDetected = "40P01"

  /// `invalid_schema_name`: no such schema.
  public static let invalidSchemaName = "3F000"
  /// `undefined_function`.
  public static let undefinedFunction = "42883"
  /// `undefined_table`.
  public static let undefinedTable = "42P01"
  /// `duplicate_database`.
  public static let duplicateDatabase = "42P04"
  /// `duplicate_object`: a role, a slot or another object that is already there.
  public static let duplicateObject = "42710"
  /// `feature_not_supported`: also a prepared statement whose columns have changed.
  public static let featureNotSupported = "0A000"
  /// `invalid_sql_statement_name`: no such prepared statement.
  public static let invalidSQLStatementName = "26000"
}
