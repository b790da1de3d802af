namespace Foreman.Jobs;

/// <summary>Names of variables that hold secrets. Pure.</summary>
internal static class SecretNames
{
    private static readonly string[] Words = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "APIKEY"];

    private static readonly string[] Pairs = ["API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "SIGNING_KEY", "ENCRYPTION_KEY"];

    // The name of a secret, or where it lies, is none.
    private static readonly string[] Elsewhere = ["FILE", "PATH", "NAME", "DIR", "URL", "REF"];

    /// <summary>True when a variable of this name holds a secret, by all that its name tells.</summary>
    public static bool Looks(string name)
    {
        var upper = name.ToUpperInvariant();
        var words = upper.Split('_');
        return !Elsewhere.Contains(words[^1]) && (words.Any(w => Words.Any(s => w.EndsWith(s, StringComparison.Ordinal))) || Pairs.Any(p => upper.Contains(p, StringComparison.Ordinal)));
    }
}
