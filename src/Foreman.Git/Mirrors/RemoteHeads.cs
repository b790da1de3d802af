namespace Foreman.Git.Mirrors;

/// <summary>The branches of a server, and which of them is its default.</summary>
/// <param name="Branches">Commit by branch.</param>
/// <param name="Default">Null when the server names none.</param>
internal sealed record RemoteHeads(IReadOnlyDictionary<string, string> Branches, string? Default)
{
    private const string Prefix = "refs/heads/";

    /// <summary>Reads what <c>git ls-remote --symref</c> or <c>git for-each-ref</c> writes; branches whose names this project does not use are left out. Pure.</summary>
    public static RemoteHeads Parse(string text)
    {
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        string? head = null;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is not [var value, var name])
            {
                continue;
            }

            if (name == "HEAD" && value.StartsWith("ref: " + Prefix, StringComparison.Ordinal))
            {
                head = value[("ref: " + Prefix).Length..];
            }
            else if (name.StartsWith(Prefix, StringComparison.Ordinal) && CommitName.IsWhole(value) && BranchRules.Refusal(name[Prefix.Length..]) is null)
            {
                branches[name[Prefix.Length..]] = value;
            }
        }

        return new RemoteHeads(branches, head is not null && branches.ContainsKey(head) ? head : null);
    }
}
