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
            var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var path in Directory.EnumerateFileSystemEntries(folder).Where(f => Path.GetFileName(f)[0] != '.').Take(MostFiles))
            {
                var (content, fault) = ReadOne(path);
                if (content is not null)
                {
                    values[Path.GetFileName(path)] = Encoding.UTF8.GetBytes(content.Text);
                }
                else
                {
                    unreadable[Path.GetFileName(path)] = fault;
                }
            }

            return new TokenReading(values, null) { Unreadable = unreadable };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TokenReading.None($"{Place} with tokens for git can't be read: {Printable.Line(e.Message, 120)}");
        }
    }

    // To add a token that is there helps nobody, so the cause is told.
    private static (BoundedText? Content, string Fault) ReadOne(string path)
    {
        try
        {
            return Directory.Exists(path) ? (null, "it is a folder") : (BoundedText.ReadFileOrThrow(path, MaxRead), "");
        }
        catch (UnauthorizedAccessException)
        {
            return (null, $"user {Environment.UserName} has no permission");
        }
        catch (FileNotFoundException)
        {
            return (null, "it is a link to nothing");
        }
        catch (IOException e)
        {
            return (null, Printable.Line(e.Message, 120));
        }
    }
}
