using System.Globalization;

namespace Foreman.Sandbox.Seatbelt;

/// <summary>Confines a command on macOS by <c>sandbox-exec</c>.</summary>
internal sealed class SeatbeltLauncher : ICageLauncher
{
    internal const string Program = "/usr/bin/sandbox-exec";

    // The paths of rules must be free of links, and the temporary folder is gone after the command.
    private const string MakeTemporary =
        """
        profile=$1; workspace=$(cd "$2" && pwd -P) || exit 125; shift 2
        temporary=$(mktemp -d /private/tmp/foreman-tmp-XXXXXXXX) && mkdir "$temporary/home" || exit 125
        TMPDIR="$temporary" HOME="$temporary/home" /usr/bin/sandbox-exec -p "$profile" -D WORKSPACE="$workspace" -D TEMPORARY="$temporary" "$@"
        code=$?
        chmod -R u+rwX "$temporary" 2>/dev/null; rm -rf "$temporary"
        exit $code
        """;

    public CageMode Mode => CageMode.Reduced;

    public string? Reason => "macOS has no namespaces, so commands are confined by a sandbox profile: they have no network, and see the names of other processes";

    public bool EndsWithFirstProcess => false;

    public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) =>
    [
        "/bin/sh", "-c", MakeTemporary, "sh", SeatbeltProfile.Of(policy.ReadOnlyPaths.Count), policy.Workspace,
        .. policy.ReadOnlyPaths.Index().SelectMany(p => (string[])["-D", string.Create(CultureInfo.InvariantCulture, $"READ{p.Index}={p.Item}")]),
        .. ProcessLimits.Inside(policy.Limits), command.Program, .. command.Arguments,
    ];
}
