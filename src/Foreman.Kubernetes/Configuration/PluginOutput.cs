using System.Text;
using System.Text.RegularExpressions;

namespace Foreman.Kubernetes;

/// <summary>Reads the output of an exec plugin, and quotes its standard error without secrets.</summary>
internal static partial class PluginOutput
{
    private const int MaxQuoted = 400;

    /// <summary>The output up to a limit; the rest is read and discarded, so that the plugin does not block.</summary>
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

    /// <summary>The standard error on one line, truncated, without control characters and without what may be a secret.</summary>
    public static string Quote(byte[] errorOutput, ExecConfig config)
    {
        var text = Encoding.UTF8.GetString(errorOutput);
        foreach (var secret in config.Env.Values.Concat(config.Args).Where(v => v.Length >= 8).OrderByDescending(v => v.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        text = LongWords().Replace(text, "***");
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        text = string.Concat(text.Where(c => !char.IsControl(c)));
        return text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";
    }

    /// <summary>Long runs of this alphabet may be tokens or keys; paths, which begin with a slash, are kept.</summary>
    [GeneratedRegex("(?<![A-Za-z0-9_+/=.-])[A-Za-z0-9_+=-][A-Za-z0-9_+/=.-]{31,}")]
    private static partial Regex LongWords();
}
