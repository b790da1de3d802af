using System.Globalization;

namespace Foreman.Sandbox.Landlock;

/// <summary>What <c>foreman-agent cage</c> is told on its command line.</summary>
internal sealed record CageArguments
{
    /// <summary>What the command may change, absolute.</summary>
    public required string Workspace { get; init; }

    /// <summary>What it may read besides the system's programs, absolute.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Size of its temporary folder in bytes, from 1.</summary>
    public long MaxTemporaryBytes { get; init; } = 1L << 30;

    /// <summary>Most processes and threads of its own, from 1.</summary>
    public int MaxProcesses { get; init; } = 512;

    /// <summary>The highest version of Landlock that is used, for kernels of today to behave like older ones.</summary>
    public int MaxVersion { get; init; } = int.MaxValue;

    /// <summary>Program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The arguments as text, in the form that <see cref="Parse"/> reads.</summary>
    public IReadOnlyList<string> Format() =>
    [
        "--workspace", Workspace, .. Readable.SelectMany(path => (string[])["--read", path]),
        "--temporary-bytes", MaxTemporaryBytes.ToString(CultureInfo.InvariantCulture), "--processes", MaxProcesses.ToString(CultureInfo.InvariantCulture),
        .. MaxVersion == int.MaxValue ? (string[])[] : ["--landlock-version", MaxVersion.ToString(CultureInfo.InvariantCulture)],
        "--", .. Command,
    ];

    /// <summary>Reads the arguments.</summary>
    /// <param name="arguments">Without the word cage.</param>
    /// <exception cref="CageException">They are wrong; the message says which.</exception>
    public static CageArguments Parse(IReadOnlyList<string> arguments)
    {
        string? workspace = null;
        var readable = new List<string>();
        var result = new CageArguments { Workspace = "", Command = [] };
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var name = arguments[i];
            if (name == "--")
            {
                return result with
                {
                    Workspace = workspace ?? throw new CageException("--workspace is missing"),
                    Readable = readable,
                    Command = i + 1 < arguments.Count ? [.. arguments.Skip(i + 1)] : throw new CageException("there is no command after --"),
                };
            }

            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new CageException($"{name} has no value");
            switch (name)
            {
                case "--workspace":
                    workspace = Absolute(name, value);
                    break;
                case "--read":
                    readable.Add(Absolute(name, value));
                    break;
                case "--temporary-bytes":
                    result = result with { MaxTemporaryBytes = Number(name, value, long.MaxValue) };
                    break;
                case "--processes":
                    result = result with { MaxProcesses = (int)Number(name, value, int.MaxValue) };
                    break;
                case "--landlock-version":
                    result = result with { MaxVersion = (int)Number(name, value, int.MaxValue) };
                    break;
                default:
                    throw new CageException($"{name} is not known");
            }
        }

        throw new CageException("the command is missing: it follows --");
    }

    private static string Absolute(string name, string value) =>
        Path.IsPathRooted(value) ? value : throw new CageException($"{name} {value} is no absolute path");

    private static long Number(string name, string value, long max) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max
            ? number
            : throw new CageException($"{name} {value} is no whole number from 1");
}
