#!/bin/sh
# Runs unitball's tests and benchmark on this machine's GPU. Nothing is installed and nothing is fetched: a Vulkan driver and
# this folder are all it takes, on Linux x64 with glibc 2.34 or later.
#
#   ./run.sh [test|bench|sizes|all] OUT [options]     writes JSON to the folder OUT; exits 0 when all is well
#
#   test            the tests of the library
#   bench           every op beside its peers and PyTorch, then cost against size; `sizes` is the latter alone
#
#   --filter NAME   only specs and benches whose path contains this; may be repeated
#   --jobs N        so many spec files at a time (default: a quarter of the cores, at most 4)
#   --quick         benches on smaller data and without cost against size; `sizes` with shorter series
#   --cpu           benches also of what computes on the CPU
#   --python PATH   the Python that is asked for PyTorch (default: python3); `none` leaves it out
#   --software      run although the adapter is a software one: shows that this folder is complete, its times say nothing
#
# A driver that Vulkan does not find by itself is named by VK_DRIVER_FILES=/…/icd.json.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

fail() {
  echo "run.sh: $1" >&2
  exit 2
}

case "$(uname -s) $(uname -m)" in
'Linux x86_64') ;;
*) fail "this folder is for Linux on x86_64, and this is $(uname -s) on $(uname -m)." ;;
esac

# unpack FILE: makes FILE of FILE.xz, once.
unpack() {
  [ -e "$1" ] && return
  mkdir -p "$(dirname -- "$1")" 2>/dev/null || fail "$here cannot be written to. Copy it to where it can: its programs are unpacked beside it."
  if command -v xz >/dev/null 2>&1; then
    xz -dc "$1.xz" >"$1.part"
  elif command -v python3 >/dev/null 2>&1; then
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), open(sys.argv[2], "wb"))' "$1.xz" "$1.part"
  else
    fail "there is neither xz nor a python3 to unpack $1.xz with. Unpack it elsewhere, and bring the file."
  fi
  chmod +x "$1.part"
  mv "$1.part" "$1"
}
unpack "$here/node"
unpack "$here/node_modules/webgpu/dist/linux-x64/dawn.node"
[ -e "$here/main.js" ] || "$here/node" "$here/unpack.mjs"

libraries="${LD_LIBRARY_PATH:-}"
# Is there a libvulkan.so.1? Where the caller's variable points, where the linker looks, and else here.
loader() {
  (
    IFS=:
    for folder in $libraries; do
      [ -n "$folder" ] && [ -e "$folder/libvulkan.so.1" ] && echo "$folder/libvulkan.so.1" && return
    done
    for linker in ldconfig /sbin/ldconfig /usr/sbin/ldconfig; do
      found=$($linker -p 2>/dev/null | sed -n 's/.*libvulkan\.so\.1 .*x86-64.*=> //p' | head -n 1)
      [ -n "$found" ] && echo "$found" && return
    done
    for folder in /usr/lib/x86_64-linux-gnu /usr/lib64 /usr/local/lib; do
      [ -e "$folder/libvulkan.so.1" ] && echo "$folder/libvulkan.so.1" && return
    done
    return 1
  )
}
if found=$(loader); then
  VULKAN_LOADER="$found"
elif [ -e "$here/lib/libvulkan.so.1" ]; then
  VULKAN_LOADER="$here/lib/libvulkan.so.1"
  libraries="${libraries:+$libraries:}$here/lib"
else
  fail 'there is no Vulkan loader (libvulkan.so.1) on this machine. Install it (Debian and Ubuntu: libvulkan1), or name its folder in LD_LIBRARY_PATH.'
fi

# Drivers in containers often lie where no loader looks.
registered() {
  for icd in /etc/vulkan/icd.d /usr/share/vulkan/icd.d /usr/local/etc/vulkan/icd.d /usr/local/share/vulkan/icd.d; do
    [ -e "$icd/nvidia_icd.json" ] && return
  done
  return 1
}
if [ -z "${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-}" ] && ! registered; then
  for folder in /usr/local/nvidia/share/vulkan/icd.d /usr/local/nvidia/vulkan/icd.d; do
    if [ -e "$folder/nvidia_icd.json" ]; then export VK_DRIVER_FILES="$folder/nvidia_icd.json"; fi
  done
fi

export VULKAN_LOADER
if [ -n "$libraries" ]; then export LD_LIBRARY_PATH="$libraries"; fi
exec "$here/node" "$here/main.js" "$@"
