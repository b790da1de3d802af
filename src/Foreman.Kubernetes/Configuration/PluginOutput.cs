using System.Text;
using System.Text.RegularExpressions;

namespace Foreman.Kubernetes;

/// <summary>Reads what a credential plugin writes, and quotes its complaints without its secrets.</summary>
internal static partial class PluginOutput
{
    private const int MaxQuoted = 400;

    /// <summary>All that is written up to a limit; the rest is read and dropped, so that the writer does not block.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await kept.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, limit - kept.Length)), cancellationToken).ConfigureAwait(false);
        }

        return kept.ToArray();
    }

    /// <summary>A complaint on one line, cut, without control characters and without what may be a secret.</summary>
    public static string Quote(byte[] complaint, ExecConfig config)
    {
        var text = Encoding.UTF8.GetString(complaint);
        foreach (var secret in config.Env.Values.Concat(config.Args).Where(v => v.Length >= 8).OrderByDescending(v => v.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        text = LongWords().Replace(text, "***");
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        text = string.Concat(text.Where(c => !char.IsControl(c)));
        return text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
    }

    /// <summary>Tokens and keys are long words of this alphabet; what a person should read is not, paths (which begin with a slash) excepted.</summary>
    [GeneratedRegex("(?<![A-Za-z0-9_+/=.-])[A-Za-z0-9_+=-][A-Za-z0-9_+/=.-]{31,}")]
    private static partial Regex LongWords();
}
