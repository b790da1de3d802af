namespace Foreman.Git.Commands;

/// <summary>What a failed git command's words mean. They are those of the C locale. Pure.</summary>
internal static class GitErrors
{
    // The first that is found wins, so the exact ones stand before the general ones.
    private static readonly (GitFault Fault, string[] Words)[] Table =
    [
        (GitFault.DiskFull, ["No space left on device", "Disk quota exceeded"]),
        (GitFault.AuthUnavailable, ["could not read Username", "could not read Password", "Authentication failed", "returned error: 401", "returned error: 403", "HTTP 401", "HTTP 403"]),
        (GitFault.NotFound, ["returned error: 404", "HTTP 404", "' not found", "does not appear to be a git repository", "couldn't find remote ref", "not our ref", "unknown revision", "Not a valid object name", "bad revision"]),
        (GitFault.NotAllowed, ["returned error: 30", "Unable to process path", "transport '", "dubious ownership", "refusing to update checked out branch", "protocol '"]),
        (GitFault.Unreachable,
        [
            "Could not resolve host", "Failed to connect", "Connection refused", "Connection reset", "Connection timed out", "Operation too slow", "Operation timed out", "unexpected disconnect",
            "hung up unexpectedly", "early EOF", "RPC failed", "returned error: 429", "returned error: 5", "Empty reply from server", "unexpected eof", "gnutls_handshake", "SSL_", "SSL ", "TLS ", "GnuTLS",
            "server certificate", "Recv failure", "Send failure", "transfer closed", "expected flush",
        ]),
        (GitFault.Corrupt,
        [
            "is corrupt", "object file", "bad object", "unable to read", "inflate", "not a git repository", "index file smaller", "bad signature", "bad index file", "does not match index", "cannot be accessed",
            "bad config", "packfile", "bad tree", "missing blob", "missing tree", "missing commit", "non-monotonic index", "wrong index", "garbage at end", "broken link", "fatal: bad ref", "reference broken",
            "has null sha1", "invalid object", "not valid: is this a git repository", "index-pack", "unable to unpack", "did not send all necessary objects", "could not read from",
        ]),
    ];

    // What git puts before the words of the server.
    private static readonly string[] ServersWords = ["remote: ", "error: remote unpack failed"];

    /// <summary>Which kind of failure it is. A full disk or a damaged repository of the server is not one of this host: another try may succeed.</summary>
    public static GitFault Classify(string errors)
    {
        var here = string.Join("; ", errors.Split("; ").Where(l => !ServersWords.Any(w => l.StartsWith(w, StringComparison.Ordinal))));
        var found = Find(errors);
        return found is not (GitFault.DiskFull or GitFault.Corrupt) || Find(here) == found ? found
            : Find(here) is var own and not GitFault.Failed ? own
            : GitFault.Unreachable;
    }

    private static GitFault Find(string errors) =>
        Table.Where(t => t.Words.Any(w => errors.Contains(w, StringComparison.Ordinal))).Select(t => (GitFault?)t.Fault).FirstOrDefault() ?? GitFault.Failed;

    /// <summary>What to do about it.</summary>
    public static string Advice(GitFault fault, string errors) => fault switch
    {
        GitFault.AuthUnavailable => " Give the host a token for this server that may read it, and for publishing write to it.",
        GitFault.NotFound => " Is its name right, and may the token see it?",
        GitFault.NotAllowed when errors.Contains("returned error: 30", StringComparison.Ordinal) => " The repository has moved: give its new address.",
        GitFault.NotAllowed when errors.Contains("dubious ownership", StringComparison.Ordinal) => " The repository belongs to another user of this host: run the agent as its owner.",
        GitFault.Unreachable => " It is tried again later.",
        GitFault.DiskFull => " Make room on the host.",
        _ => "",
    };
}
