using System.Globalization;

namespace Foreman.Git.Commands;

/// <summary>
/// The environment of git, built from nothing. No file but the repository's own configuration, which this project writes, is read; nothing
/// that a repository holds can make git run a program; and git talks to the servers of the call only.
/// </summary>
internal static class GitEnvironment
{
    /// <summary>Tells git which programs there are; a git of its own folder finds its parts by itself.</summary>
    private const string SearchPath = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin";

    private static readonly KeyValuePair<string, string>[] Settings =
    [
        new("core.hooksPath", "/dev/null"),
        new("core.fsmonitor", "false"),
        new("core.attributesFile", "/dev/null"),
        new("core.excludesFile", "/dev/null"),
        new("core.pager", "cat"),
        new("core.sshCommand", "false"),
        new("core.gitProxy", ""),
        new("core.autocrlf", "false"),
        new("core.safecrlf", "false"),
        new("core.quotePath", "false"),
        new("core.protectHFS", "true"),
        new("core.protectNTFS", "true"),
        new("core.logAllRefUpdates", "false"),
        new("credential.helper", ""),
        new("protocol.allow", "never"),
        new("http.followRedirects", "false"),
        new("http.lowSpeedLimit", "1000"),
        new("http.lowSpeedTime", "120"),
        new("transfer.unpackLimit", "1"),
        new("fetch.unpackLimit", "1"),
        new("fetch.recurseSubmodules", "false"),
        new("submodule.recurse", "false"),
        new("push.recurseSubmodules", "no"),
        new("diff.ignoreSubmodules", "all"),
        new("status.showUntrackedFiles", "all"),
        new("commit.gpgSign", "false"),
        new("push.gpgSign", "false"),
        new("gc.auto", "0"),
        new("maintenance.auto", "false"),
        new("rebase.autoStash", "false"),
        new("advice.detachedHead", "false"),
        new("safe.bareRepository", "explicit"),
    ];

    /// <summary>All variables of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="home">An empty folder.</param>
    /// <param name="network">Variables about proxies and certificates.</param>
    public static Dictionary<string, string> Of(GitCall call, string home, IReadOnlyDictionary<string, string> network)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = SearchPath,
            ["HOME"] = home,
            ["XDG_CONFIG_HOME"] = home,
            ["LC_ALL"] = "C",
            ["TZ"] = "UTC",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_ASKPASS"] = "",
            ["GIT_EDITOR"] = "false",
            ["GIT_SEQUENCE_EDITOR"] = ":",
            ["GIT_SSH_COMMAND"] = "false",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
            ["GIT_LFS_SKIP_SMUDGE"] = "1",
            ["GIT_LITERAL_PATHSPECS"] = "1",
            ["GIT_PROTOCOL_FROM_USER"] = "0",
            ["GIT_CEILING_DIRECTORIES"] = home,
            ["GIT_ALLOW_PROTOCOL"] = call.Access?.Protocols ?? "none",
        };
        Add(variables, "GIT_DIR", call.GitDir);
        Add(variables, "GIT_WORK_TREE", call.WorkTree);
        if (call.Access is not null)
        {
            foreach (var (name, value) in network)
            {
                variables[name] = value;
            }
        }

        foreach (var (name, value) in call.Variables)
        {
            variables[name] = value;
        }

        AddSettings(variables, call);
        return variables;
    }

    // Variables are read by the same user only, arguments by everybody on the host.
    private static void AddSettings(Dictionary<string, string> variables, GitCall call)
    {
        var count = 0;
        foreach (var (name, value) in Settings.Concat(call.Settings).Concat((call.Access?.Headers ?? []).Select(h => KeyValuePair.Create($"http.{h.Key}.extraHeader", h.Value))))
        {
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{count}")] = name;
            variables[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{count}")] = value;
            count++;
        }

        variables["GIT_CONFIG_COUNT"] = count.ToString(CultureInfo.InvariantCulture);
    }

    private static void Add(Dictionary<string, string> variables, string name, string? value)
    {
        if (value is not null)
        {
            variables[name] = value;
        }
    }
}
