using System.Text;
using Foreman.Primitives;

namespace Foreman.Runner.Repositories;

/// <summary>A folder with a file for each token. Names that begin with a dot count for nothing.</summary>
internal sealed class FolderTokens(string folder) : ITokenStore
{
    private const int MostFiles = 200;

    public string Place => $"The folder {folder}";

    public Task<TokenReading> ReadAsync(TokenReading? last, CancellationToken stop) => Task.FromResult(Read());

    private TokenReading Read()
    {
        try
        {
            var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f)[0] != '.').Take(MostFiles))
            {
                if (BoundedText.ReadFile(file, TokenKeys.MaxBytes) is { Truncated: false } content)
                {
                    values[Path.GetFileName(file)] = Encoding.UTF8.GetBytes(content.Text);
                }
            }

            return new TokenReading(values, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TokenReading.None($"{Place} with tokens for git can't be read: {Printable.Line(e.Message, 120)}");
        }
    }
}
