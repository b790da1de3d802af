using System.Text;

namespace Foreman.Git.Trees;

/// <summary>The first names of a list whose entries end with NUL; the rest is not read.</summary>
/// <param name="max">The most that are kept, from 1.</param>
internal sealed class TreeNames(int max)
{
    private const int MaxNameBytes = 64 * 1024;
    private readonly List<string> _files = [];

    /// <summary>What was read; bytes that are no UTF-8 are shown as U+FFFD.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Reads them.</summary>
    /// <exception cref="GitException">A name is longer than any that can be checked out.</exception>
    public async Task ReadAsync(Stream list, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxNameBytes];
        var filled = 0;
        int count;
        while (_files.Count < max && (count = await list.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false)) > 0)
        {
            filled += count;
            filled = Take(buffer, filled);
            if (filled == buffer.Length)
            {
                throw new GitException(GitFault.TooLarge, $"The repository has a file whose path is longer than {MaxNameBytes} bytes.");
            }
        }
    }

    private int Take(byte[] buffer, int filled)
    {
        var start = 0;
        while (_files.Count < max && Array.IndexOf(buffer, (byte)0, start, filled - start) is >= 0 and var end)
        {
            _files.Add(Encoding.UTF8.GetString(buffer, start, end - start));
            start = end + 1;
        }

        Buffer.BlockCopy(buffer, start, buffer, 0, filled - start);
        return filled - start;
    }
}
