using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Foreman.Tools.Workspaces;

/// <summary>What is known of a file that a write replaces, read in constant memory.</summary>
/// <param name="Sha">SHA-256 in hex.</param>
/// <param name="HasMark">True when it begins with the UTF-8 byte order mark.</param>
/// <param name="UsesCrlf">True when every line ends with CRLF, one line at least, and no byte is NUL.</param>
internal sealed record ReplacedFile(string Sha, bool HasMark, bool UsesCrlf)
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Reads an open file from its beginning to its end.</summary>
    internal static ReplacedFile Read(SafeFileHandle file, ToolBudget budget)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ChunkBytes];
        var (position, lines, carriages) = (0L, 0L, 0L);
        var (binary, marked, last) = (false, false, (byte)0);
        int read;
        while ((read = RandomAccess.Read(file, buffer, position)) > 0)
        {
            var chunk = buffer.AsSpan(0, read);
            marked |= position == 0 && chunk.StartsWith(Files.TextFile.Mark);
            hash.AppendData(chunk);
            binary |= chunk.Contains((byte)0);
            lines += chunk.Count((byte)'\n');
            carriages += chunk.Count("\r\n"u8) + (last == (byte)'\r' && chunk[0] == (byte)'\n' ? 1 : 0);
            last = chunk[^1];
            position += read;
            budget.Spend(read * 3L);
        }

        return new ReplacedFile(Convert.ToHexStringLower(hash.GetHashAndReset()), marked, !binary && lines > 0 && carriages == lines);
    }
}
