# Shared by ./equipoise and ./test: the system's packages, the .NET SDK, one build at a time. Sourced, with $root set.
# Everything said here goes to stderr: stdout belongs to the command that follows.

# The set-up needs the usual tools even where the caller's PATH is bare; the command itself runs with the caller's own.
caller_path=${PATH-}
PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

artifacts="$root/artifacts"
me=$(basename -- "$0")

packages=(
    "libtorch-dev|the tensor library that all training runs on"
    "libopenblas0-pthread|fast matrix products on all cores; libtorch falls back to a slow reference BLAS without it"
    "libdnnl-dev|Winograd's convolutions, which train ResNets in half the time"
    "ffmpeg|decodes and encodes sound, pictures and video"
    "espeak-ng|speaks the digits of the embedded data set"
    "fonts-dejavu|the faces in which the embedded data set draws its digits"
    "cmake|configures the native part"
    "ninja-build|builds the native part"
    "g++|compiles the native part"
)

say() { printf '%s: %s\n' "$me" "$*" >&2; }

# The user has to act: one line per problem, exit 2.
refuse() {
    say "$@"
    exit 2
}

# Prints those of the packages that are not installed, one per line.
missing_packages() {
    local installed entry
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]%%|*}" 2>/dev/null || true)
    for entry in "${packages[@]}"; do
        grep -qxF "${entry%%|*} installed" <<<"$installed" || printf '%s\n' "$entry"
    done
}

install_packages() {
    local missing=("$@") entry names=("${@%%|*}") as_root=() log="$artifacts/packages.log"
    say "this machine lacks ${#missing[@]} package(s):"
    for entry in "${missing[@]}"; do say "  ${entry%%|*}: ${entry#*|}"; done
    local command="apt-get install -y --no-install-recommends ${names[*]}"
    if ((EUID != 0)); then
        command="sudo $command"
        as_root=(sudo)
        # Without a terminal nobody can type a password.
        if ! command -v sudo >/dev/null || { [[ ! -t 2 ]] && ! sudo -n true 2>/dev/null; }; then
            refuse "may not install packages here; run: $command"
        fi
    fi
    command -v apt-get >/dev/null || refuse "has no apt-get to install them with; run on a Debian machine: $command"
    say "installing them: $command"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
    local install=("${apt[@]}" install -y --no-install-recommends "${names[@]}")
    # The package lists of a fresh machine are empty: on failure they are fetched, once.
    if ! { "${install[@]}" || { "${apt[@]}" update && "${install[@]}"; }; } </dev/null >"$log" 2>&1 9>&-; then
        tail -n 20 -- "$log" >&2
        refuse "could not install the packages; once the reason above is dealt with, run: $command"
    fi
}

# dpkg's own record is newer than the stamp: something was installed or removed since packages were last looked at.
packages_fresh() {
    [[ -n ${EQUIPOISE_SKIP_PACKAGES-} ]] ||
        [[ -e "$artifacts/.packages" && ! /var/lib/dpkg/status -nt "$artifacts/.packages" &&
            ! "$root/scripts/setup.sh" -nt "$artifacts/.packages" ]]
}

ensure_packages() {
    local missing
    command -v dpkg-query >/dev/null ||
        refuse "this is no Debian machine: install what stands for ${packages[*]%%|*} and set EQUIPOISE_SKIP_PACKAGES=1"
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} == 0)) || refuse "still missing after the installation: ${missing[*]%%|*}"
    touch -- "$artifacts/.packages"
}

ensure_sdk() {
    local wanted="the .NET 10 SDK is needed; install it from https://dotnet.microsoft.com/download/dotnet/10.0"
    command -v dotnet >/dev/null || refuse "$wanted (no dotnet on PATH)"
    dotnet --list-sdks 2>/dev/null | grep -q '^10\.' || refuse "$wanted ($(command -v dotnet) has none)"
}

# build_fresh STAMP SOURCE…: none of the sources that exist, nor the build's own files, changed since the stamp was taken.
build_fresh() {
    local stamp=$1 source changed sources=("$root"/{Directory.*,global.json,.editorconfig,.globalconfig})
    shift
    [[ -e $stamp ]] || return 1
    for source in "$@"; do
        if [[ -e $root/$source ]]; then sources+=("$root/$source"); fi
    done
    changed=$(find "${sources[@]}" -newer "$stamp" -print -quit) && [[ -z $changed ]]
}

# build STAMP WHAT: one quiet Release build. The stamp carries the moment the build started, so that an edit made
# meanwhile counts as newer, and is set only when the build is whole. No build server stays behind.
build() {
    local stamp=$1 what=$2 log="$artifacts/build.log"
    say "building (the log is in artifacts/build.log) …"
    touch -- "$stamp.started"
    if ! (cd -- "$root" && dotnet build "$what" -c Release --nologo -v minimal --disable-build-servers) \
        </dev/null >"$log" 2>&1 9>&-; then
        cat -- "$log" >&2
        say "the build failed"
        exit 70
    fi
    mv -- "$stamp.started" "$stamp"
}

# set_up NAME WHAT FOLDER…: packages and a build of WHAT that is up to date with FOLDER…; milliseconds when nothing changed.
set_up() {
    local stamp="$artifacts/.built-$1" what=$2
    shift 2
    if ! { packages_fresh && build_fresh "$stamp" "$@"; }; then
        mkdir -p -- "$artifacts" || refuse "$artifacts cannot be made; check the folder's owner and the space left"
        exec 9>"$artifacts/.lock"
        flock -n 9 || {
            say "waiting for another set-up of this checkout …"
            flock 9
        }
        packages_fresh || ensure_packages
        if ! build_fresh "$stamp" "$@"; then
            ensure_sdk
            build "$stamp" "$what"
        fi
        exec 9>&-
    fi
    become_caller
}

# The programs find .NET where this script found it, run on the caller's PATH, and do not let OpenMP's waiting threads
# spin: with one other busy process that costs a training step ten times its time.
become_caller() {
    local host
    if [[ -z ${DOTNET_ROOT-} ]] && host=$(command -v dotnet) && host=$(readlink -f -- "$host"); then
        if [[ -d ${host%/*}/host/fxr ]]; then export DOTNET_ROOT=${host%/*}; fi
    fi
    export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
    PATH=$caller_path
}
