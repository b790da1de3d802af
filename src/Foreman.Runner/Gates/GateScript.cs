using System.Text;

namespace Foreman.Runner.Gates;

/// <summary>The text that sh runs for a check. Pure.</summary>
internal static class GateScript
{
    // A copy of the files has no history, and comparing with what was there is how generated files are checked.
    private const string Keep = """
        if command -v git >/dev/null 2>&1; then
          export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
          { git init -q . && git add -A . && git -c user.name=gate -c user.email=gate@localhost -c commit.gpgsign=false commit -q --allow-empty --no-verify -m files; } || exit 1
          kept=1
        fi
        """;

    private const string Compare = """
        code=$?
        [ "$code" -eq 0 ] || exit "$code"
        [ -z "$kept" ] || git --no-pager diff --stat --exit-code || { echo 'the command changes files of the repository: they are not as they are generated'; exit 1; }
        """;

    /// <summary>The longest command, in bytes: the kernel takes 128 KiB as one argument, and the script is around it.</summary>
    public const int MaxCommandBytes = 96 << 10;

    /// <summary>Why a check's command can't be run, and what to do; null when it can.</summary>
    /// <param name="check">The check.</param>
    public static string? Fault(GateCheck check) => Encoding.UTF8.GetByteCount(check.Command) <= MaxCommandBytes && !check.Command.Contains('\0', StringComparison.Ordinal) ? null
        : $"the command has more than {MaxCommandBytes} bytes, or a character with the code 0: put it into a script of the repository, and run that";

    /// <summary>The script.</summary>
    /// <param name="check">The check.</param>
    /// <param name="tree">The copy that it runs in.</param>
    public static string Of(GateCheck check, string tree)
    {
        var folder = check.Folder.Length == 0 ? tree : Path.Combine(tree, check.Folder);

        // Of several lines of a task's command each must succeed; the usual commands look at their codes themselves.
        var command = check.IsGiven ? "set -e\n" + check.Command : check.Command;
        return $"exec 2>&1\ncd {ShellText.Quote(folder)} || exit 1\n" + (check.Name == Checks.Codegen ? $"{Keep}\n(\n{command}\n)\n{Compare}\n" : command + "\n");
    }
}
