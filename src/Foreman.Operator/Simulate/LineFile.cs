using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Hosting;
using Foreman.Primitives;

namespace Foreman.Operator.Simulate;

/// <summary>Reads and writes files of lines, of which most are a JSON object each.</summary>
internal static class LineFile
{
    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 256 << 20;

    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    // An object of the API has less.
    private const int MaxLine = 4 << 20;

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    /// <summary>What a file is called in messages.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : Printable.Line(path);

    /// <summary>The lines of a file, without their ends.</summary>
    /// <param name="path">The file; <c>-</c> for standard input.</param>
    /// <param name="console">Where that is.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ExitException">It can't be read, or is too large.</exception>
    public static async IAsyncEnumerable<string> ReadAsync(string path, ConsoleStreams console, [EnumeratorCancellation] CancellationToken stop)
    {
        using var reader = Open(path, console);
        var (line, buffer, total) = (new StringBuilder(), new char[64 << 10], 0L);
        int count;
        while ((count = await NextAsync(reader, buffer, path, stop)) > 0)
        {
            total += count;
            var rest = buffer.AsMemory(0, count);
            for (var end = rest.Span.IndexOf('\n'); end >= 0; end = rest.Span.IndexOf('\n'))
            {
                yield return Taken(line.Append(rest[..end]));
                rest = rest[(end + 1)..];
            }

            line.Append(rest);
            if (total > MaxBytes || line.Length > MaxLine)
            {
                throw new ExitException(ExitCodes.Usage, string.Create(CultureInfo.InvariantCulture, $"{NameOf(path)} is larger than {MaxBytes >> 20} MiB, or one of its lines than {MaxLine >> 20} MiB"));
            }
        }

        yield return Taken(line);
    }

    /// <summary>The object of a line.</summary>
    /// <exception cref="JsonException">It is none, or a key stands there twice.</exception>
    public static JsonObject Object(string line) => JsonNode.Parse(line, documentOptions: NoDuplicates) as JsonObject ?? throw new JsonException("it is no JSON object");

    /// <summary>Says no to files that are there, and to what is no file.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="force">True takes those that are there.</param>
    /// <exception cref="ExitException">One of them can't be written.</exception>
    public static void Check(IReadOnlyList<string> paths, bool force)
    {
        if (paths.FirstOrDefault(p => p.Length == 0 || p.Contains('\0', StringComparison.Ordinal)) is { } none)
        {
            throw new ExitException(ExitCodes.Usage, $"`{Printable.Line(none)}` is no name of a file");
        }

        if (paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Count() < paths.Count)
        {
            throw new ExitException(ExitCodes.Usage, $"{NameOf(paths[0])} can't be both files; name two");
        }

        foreach (var path in paths)
        {
            if (Directory.Exists(path) || Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
            {
                throw new ExitException(ExitCodes.Usage, $"{NameOf(path)} is no file that can be replaced; name another");
            }

            if (!force && File.Exists(path))
            {
                throw new ExitException(ExitCodes.Failed, $"{NameOf(path)} is there already; replace it with --force");
            }
        }
    }

    /// <summary>Writes files; none is replaced before all are written.</summary>
    /// <param name="files">Their paths and lines.</param>
    /// <param name="force">True replaces those that are there.</param>
    /// <exception cref="ExitException">One can't be written, or is larger than can be read.</exception>
    public static void Write(IReadOnlyList<(string Path, IEnumerable<string> Lines)> files, bool force)
    {
        var path = files[0].Path;
        try
        {
            foreach (var file in files)
            {
                path = file.Path;
                Write(New(path), path, file.Lines);
            }

            foreach (var file in files)
            {
                path = file.Path;
                File.Move(New(path), path, overwrite: force);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ExitException(ExitCodes.Failed, $"{NameOf(path)} can't be written: {Printable.Line(e.Message)}", e);
        }
        finally
        {
            foreach (var file in files.Where(f => File.Exists(New(f.Path))))
            {
                File.Delete(New(file.Path));
            }
        }
    }

    private static void Write(string temporary, string path, IEnumerable<string> lines)
    {
        using var writer = new StreamWriter(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write)) { NewLine = "\n" };
        foreach (var line in lines)
        {
            writer.WriteLine(line);
            if (writer.BaseStream.Position > MaxBytes - MaxLine)
            {
                throw new ExitException(ExitCodes.Failed, string.Create(CultureInfo.InvariantCulture, $"{NameOf(path)} would be larger than the {MaxBytes >> 20} MiB that simulate reads; record less with --since"));
            }
        }
    }

    private static string New(string path) => string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.new");

    private static string Taken(StringBuilder line)
    {
        var text = line.ToString().TrimEnd('\r');
        line.Clear();
        return text;
    }

    private static TextReader Open(string path, ConsoleStreams console)
    {
        try
        {
            return path == StandardInput ? console.In() : new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(path, e);
        }
    }

    private static async Task<int> NextAsync(TextReader reader, Memory<char> buffer, string path, CancellationToken stop)
    {
        try
        {
            // A terminal is read without regard to the token.
            return await reader.ReadAsync(buffer, stop).AsTask().WaitAsync(stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static ExitException Unreadable(string path, Exception e) => new(ExitCodes.Usage, $"{NameOf(path)} can't be read: {Printable.Line(e.Message)}", e);
}
