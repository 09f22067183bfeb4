/**
 * Every error that unitball throws or rejects with. All extend `UnitballError`, so one `catch` can tell the
 * library's errors from others; each message reads `op: what is wrong. What to do.`
 */

/** The base of every error of this library. */
export class UnitballError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Shapes that do not fit an operation or each other. */
export class ShapeError extends UnitballError {}
/** An option or argument outside what is allowed. */
export class OptionError extends UnitballError {}
/** A dtype that the operation or the device cannot take. */
export class DtypeError extends UnitballError {}
/** An index outside its axis. Where only the data tell, reading the result rejects with it. */
export class IndexError extends UnitballError {}
/** More than the device can hold or address, where splitting cannot help. */
export class LimitError extends UnitballError {}
/** Something that this version cannot do. */
export class UnsupportedError extends UnitballError {}
/** A matrix that must be positive definite and is not: a singular covariance, say. What only the data tell comes at the read. */
export class NotPositiveDefiniteError extends UnitballError {}
/** A square matrix without an inverse, where one is needed. What only the data tell comes at the read. */
export class SingularMatrixError extends UnitballError {}
/** NaN or ∞ among numbers that must be finite: those of a matrix to factor. */
export class NonFiniteError extends UnitballError {}
/** An iteration that did not come to its end within the steps that it was allowed. */
export class ConvergenceError extends UnitballError {}
/** Tensors of two devices in one operation. */
export class DeviceMismatchError extends UnitballError {}
/** No device of the wanted kind could be had. */
export class DeviceUnavailableError extends UnitballError {}
/** The device was closed by `device.close()`. */
export class DeviceClosedError extends UnitballError {}
/** The GPU went away: a driver reset, a crashed GPU process, a destroyed GPUDevice. */
export class DeviceLostError extends UnitballError {}
/** The device had no memory for a tensor. */
export class OutOfMemoryError extends UnitballError {}
/** A tensor was used after `dispose()`. */
export class DisposedError extends UnitballError {}
/** A file that is cut off, altered, or no index or array at all. */
export class CorruptFileError extends UnitballError {}
/** A file or database that could not be read or written: missing, forbidden, or no room left. `cause` has the system's own error. */
export class StorageError extends UnitballError {}
/** A shader did not compile, a kernel trapped, or a GPU command was refused. A bug of the library, or of a metric that you wrote. */
export class ShaderError extends UnitballError {}
