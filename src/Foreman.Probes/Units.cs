namespace Foreman.Probes;

/// <summary>GB fields of the API are GiB rounded down; MB fields are MiB rounded down.</summary>
internal static class Units
{
    public const long KiB = 1024;
    public const long MiB = 1024 * KiB;
    public const long GiB = 1024 * MiB;

    /// <summary>A count that some file tells, kept in bounds in which sums and products of a few never overflow.</summary>
    public static long Sane(long count) => Math.Clamp(count, 0, 1L << 50);

    public static int ToGB(long bytes) => (int)Math.Clamp(bytes / GiB, 0, int.MaxValue);

    public static int? ToGB(long? bytes) => bytes is { } b ? ToGB(b) : null;

    public static long? ToMB(long? bytes) => bytes is { } b ? Math.Max(0, b / MiB) : null;
}
