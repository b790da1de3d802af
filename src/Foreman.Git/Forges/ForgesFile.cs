using System.Globalization;
using Foreman.Primitives;

namespace Foreman.Git.Forges;

/// <summary>What is wrong in a file of forges.</summary>
/// <param name="Where">The file, with the line where it is one.</param>
/// <param name="Expected">What should be there.</param>
public sealed record ForgesFileFault(string Where, string Expected);

/// <summary>
/// Forges beside the default one, as the file of <c>--forges</c> names them: a line each with kind, base URL and, where its pages and
/// repositories lie elsewhere, their URL. Empty lines and those that begin with <c>#</c> count for nothing.
/// </summary>
/// <param name="Forges">Those of the lines that are right.</param>
/// <param name="Faults">One for each line that is not.</param>
public sealed record ForgesFile(IReadOnlyList<ForgeEndpoint> Forges, IReadOnlyList<ForgesFileFault> Faults)
{
    private const int MaxBytes = 64 << 10;
    private const int MaxForges = 100;
    private const string Line = "KIND URL [WEB-URL], for example gitea https://git.example.com";

    /// <summary>Reads a file of at most 64 KiB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="defaultForge">The forge of <c>--forge</c>, which no line may name again.</param>
    public static ForgesFile Read(string path, ForgeEndpoint defaultForge) => BoundedText.ReadFile(path, MaxBytes) switch
    {
        null => new([], [new(path, "a file that can be read")]),
        { Truncated: true } => new([], [new(path, "a file of at most 64 KiB")]),
        var file => Parse(file.Text, path, defaultForge),
    };

    /// <summary>Reads the text of a file. Pure.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What the file is called in faults.</param>
    /// <param name="defaultForge">As of <see cref="Read"/>.</param>
    internal static ForgesFile Parse(string text, string path, ForgeEndpoint defaultForge)
    {
        var (forges, faults) = (new List<ForgeEndpoint>(), new List<ForgesFileFault>());
        var taken = new Dictionary<Uri, string> { [defaultForge.Web] = "--forge and --forge-url name" };
        foreach (var (index, line) in text.Split('\n').Select(l => l.Trim()).Index().Where(l => l.Item.Length > 0 && l.Item[0] != '#'))
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{path} line {index + 1}");
            var (forge, expected) = Parse(line);
            if (forge is not null && !taken.TryAdd(forge.Web, string.Create(CultureInfo.InvariantCulture, $"line {index + 1} names")))
            {
                expected = $"a forge that is not there yet: {taken[forge.Web]} {forge.Web} too";
            }

            if (expected is not null)
            {
                faults.Add(new ForgesFileFault(where, expected));
            }
            else
            {
                forges.Add(forge!);
            }
        }

        return forges.Count <= MaxForges ? new(forges, faults) : new([], [new(path, string.Create(CultureInfo.InvariantCulture, $"at most {MaxForges} forges"))]);
    }

    private static (ForgeEndpoint? Forge, string? Expected) Parse(string line)
    {
        try
        {
            return line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var kind, _, ..] when kind is not ("github" or "gitea" or "forgejo" or "gitlab") => (null, $"github, gitea, forgejo or gitlab, not {Printable.Line(kind, 40)}"),
                [var kind, var url] => (ForgeEndpoint.Parse(kind, url), null),
                [var kind, var url, var web] => (ForgeEndpoint.Parse(kind, url, web), null),
                _ => (null, Line),
            };
        }
        catch (FormatException)
        {
            // The text may hold a login, so it is not repeated.
            return (null, $"base URLs with http or https, without a login, a query or a fragment: {Line}");
        }
    }
}
