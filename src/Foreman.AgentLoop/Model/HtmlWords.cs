using System.Text;

namespace Foreman.AgentLoop.Model;

/// <summary>The words of a web page, for a message: proxies answer with pages that say in one line what is wrong.</summary>
internal static class HtmlWords
{
    private const int MaxCharacters = 1000;
    private static readonly string[] Hidden = ["script", "style", "svg"];

    /// <summary>The text between the tags, white space as single spaces.</summary>
    /// <param name="html">A page, be it torn.</param>
    internal static string Of(string html)
    {
        var words = new StringBuilder();
        for (var at = 0; at < html.Length && words.Length < MaxCharacters;)
        {
            if (html[at] == '<')
            {
                at = AfterTag(html, at);
                Space(words);
                continue;
            }

            if (char.IsWhiteSpace(html[at]))
            {
                Space(words);
            }
            else
            {
                _ = words.Append(html[at]);
            }

            at++;
        }

        return words.ToString().Trim();
    }

    private static int AfterTag(string html, int at)
    {
        var name = Array.Find(Hidden, h => html.AsSpan(at + 1).StartsWith(h, StringComparison.OrdinalIgnoreCase));
        var from = name is null ? at : html.IndexOf($"</{name}", at, StringComparison.OrdinalIgnoreCase);
        var end = from < 0 ? -1 : html.IndexOf('>', from);
        return end < 0 ? html.Length : end + 1;
    }

    private static void Space(StringBuilder words)
    {
        if (words.Length > 0 && words[^1] != ' ')
        {
            _ = words.Append(' ');
        }
    }
}
