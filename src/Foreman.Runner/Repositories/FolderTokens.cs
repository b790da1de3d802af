using System.Text;
using Foreman.Primitives;

namespace Foreman.Runner.Repositories;

/// <summary>A folder with a file for each token. Names that begin with a dot count for nothing.</summary>
internal sealed class FolderTokens(string folder) : ITokenStore
{
    private const int MostFiles = 200;

    // So much is read that a cut text, which may end up to three bytes earlier, is still too long for a token.
    private const int MaxRead = TokenKeys.MaxBytes + 4;

    public string Place => $"The folder {folder}";

    public Task<TokenReading> ReadAsync(TokenReading? last, CancellationToken stop) => Task.FromResult(Read());

    private TokenReading Read()
    {
        try
        {
            var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            var unreadable = new List<string>();
            foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f)[0] != '.').Take(MostFiles))
            {
                if (BoundedText.ReadFile(file, MaxRead) is { } content)
                {
                    values[Path.GetFileName(file)] = Encoding.UTF8.GetBytes(content.Text);
                }
                else
                {
                    unreadable.Add(Path.GetFileName(file));
                }
            }

            return new TokenReading(values, null) { Unreadable = unreadable };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TokenReading.None($"{Place} with tokens for git can't be read: {Printable.Line(e.Message, 120)}");
        }
    }
}
