/** What a compiler, an interpreter, a BLAS or a GPU runtime needs to work as it does in the person's own shell. */
const ALLOWED = [
  /^(PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|LANG|LANGUAGE)$/,
  /^LC_[A-Z]+$/,
  /^(LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|LIBRARY_PATH|CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|PKG_CONFIG_PATH)$/,
  /^(CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|MAKEFLAGS|SDKROOT|DEVELOPER_DIR)$/,
  /^(VIRTUAL_ENV|PYTHONPATH|PYTHONHOME|PYENV_[A-Z_]+|CONDA_[A-Z0-9_]+)$/,
  /^(NODE_PATH|NVM_[A-Z_]+|VOLTA_HOME|FNM_[A-Z_]+)$/,
  /^(JAVA_HOME|CARGO_HOME|RUSTUP_HOME|RUSTUP_TOOLCHAIN|GOPATH|GOROOT|GOCACHE|GOMODCACHE|DOTNET_ROOT|JULIA_[A-Z_]+)$/,
  /^(XDG_CACHE_HOME|XDG_DATA_HOME|HF_HOME|TORCH_[A-Z_]+)$/,
  /^(CUDA|NVIDIA|NCCL|ROCM|ROCR|HIP|HSA|TRITON|XLA)_[A-Z0-9_]+$/,
  /^(OMP|OPENBLAS|MKL|GOMP|KMP|NUMEXPR|VECLIB|BLIS|RAYON|TBB)_[A-Z0-9_]+$/,
]

const SECRET = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH/i

/**
 * The environment of a command that is not trusted: the toolchain's part of the harness's own environment, without
 * anything that looks like a secret, and `added` on top. What the caller adds is the caller's decision and passes as it is.
 */
export function childEnvironment(
  added: Readonly<Record<string, string>> = {},
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(own))
    if (value !== undefined && isAllowed(name)) environment[name] = value
  return { ...environment, ...added }
}

function isAllowed(name: string): boolean {
  return ALLOWED.some((pattern) => pattern.test(name)) && !SECRET.test(name)
}
