# Sourced by ./foreman, ./test and hack/publish with $root set to the source tree:
# finds the SDK or says what to install, and keeps its tools from leaving servers, caches or banners behind.

if ! command -v dotnet >/dev/null 2>&1; then
    echo "foreman: the .NET 10 SDK is needed to build, and there is no 'dotnet' on PATH." >&2
    echo "  Debian, Ubuntu: apt-get install dotnet-sdk-10.0    macOS: brew install dotnet" >&2
    echo "  any system:     https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 2
fi

# A program that was built needs its runtime, which lies beside the dotnet that built it.
if [ -z "${DOTNET_ROOT:-}" ]; then
    dotnet_folder=$(dirname "$(readlink -f "$(command -v dotnet)")")
    if [ -d "$dotnet_folder/shared/Microsoft.NETCore.App" ]; then
        export DOTNET_ROOT="$dotnet_folder"
    fi
fi

# Packages and settings want a home. Where there is none, the build folder serves.
if [ -z "${HOME:-}" ] || [ ! -d "$HOME" ] || [ ! -w "$HOME" ]; then
    HOME=$root/artifacts/home
    mkdir -p "$HOME"
    export HOME
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true
# No build server outlives the build.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# One compiler process of this script's own serves all projects of its builds, which halves their time; stop_compiler ends it
# and no other. MSBuild reads both variables as properties.
export UseSharedCompilation=true SharedCompilationId="foreman-$$"
stop_compiler() {
    compiler=${DOTNET_ROOT:-/none}/sdk/$(cd "$root" && dotnet --version 2>/dev/null)/Roslyn/bincore/VBCSCompiler
    if [ -x "$compiler" ]; then
        "$compiler" "-pipename:$SharedCompilationId" -shutdown >/dev/null 2>&1 || :
    fi
}

# Builds are made by an SDK that global.json allows; asked only before a build, for it takes a moment.
require_sdk() {
    if ! (cd "$root" && dotnet --version) >/dev/null 2>&1; then
        echo "foreman: the .NET 10 SDK is needed to build (10.0.100 or later, see global.json); installed here:" >&2
        { dotnet --list-sdks 2>/dev/null | sed 's/^/  /'; } >&2
        echo "  Get it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 2
    fi
}
