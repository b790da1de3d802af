namespace Foreman.DevCluster.Writing;

/// <summary>Where UIDs and generated name suffixes come from: one seed makes a whole run of a test the same.</summary>
internal sealed class NameSource(Random random)
{
    // No vowels and no look-alikes, so that no words come out.
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxGeneratedLength = 63;
    private readonly Lock _lock = new();

    /// <summary>A name that begins with the prefix, or with as much of it as leaves the name short enough to be a label.</summary>
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
