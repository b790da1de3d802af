namespace Foreman.DevCluster.Writing;

/// <summary>Source of UIDs and generated name suffixes; deterministic for a seed.</summary>
internal sealed class NameSource(Random random)
{
    // No vowels and no look-alikes, so that no words result.
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxGeneratedLength = 63;
    private readonly Lock _lock = new();

    /// <summary>The prefix, truncated to keep the name within a label's length, and a random suffix.</summary>
    public string Generate(string prefix) => prefix[..Math.Min(prefix.Length, MaxGeneratedLength - SuffixLength)] + Suffix();

    private string Suffix()
    {
        lock (_lock)
        {
            return new string(random.GetItems<char>(Letters, SuffixLength));
        }
    }

    public string Uid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            random.NextBytes(bytes);
        }

        // RFC 9562 version 4, variant 1.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
