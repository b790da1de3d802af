namespace Foreman.Runner.Retention;

/// <summary>Decides what is removed. Pure.</summary>
internal static class RetentionDecision
{
    /// <summary>What is removed, oldest first: everything that is too old, then the oldest until the rest is small enough.</summary>
    /// <param name="all">What is there.</param>
    /// <param name="policy">How long it is kept.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<RunFiles> Removed(IEnumerable<RunFiles> all, RetentionPolicy policy, DateTimeOffset now)
    {
        var removed = new List<RunFiles>();
        var oldestFirst = all.OrderBy(r => r.ChangedAt).ThenBy(r => r.Paths[0], StringComparer.Ordinal).ToList();
        var total = oldestFirst.Aggregate(Int128.Zero, (sum, r) => sum + r.Bytes);
        foreach (var files in oldestFirst)
        {
            var age = now - files.ChangedAt;
            var isOld = policy.MaxAge > TimeSpan.Zero && age > policy.MaxAge;
            var isTooMuch = policy.MaxBytes > 0 && total > policy.MaxBytes && age > RetentionPolicy.Grace && files.Bytes > 0;
            if (!files.IsInUse && (isOld || isTooMuch))
            {
                removed.Add(files);
                total -= files.Bytes;
            }
        }

        return removed;
    }

    /// <summary>The sum of two sizes, at most <see cref="long.MaxValue"/>: a file with holes can be said to have any size.</summary>
    /// <param name="one">In bytes, from 0.</param>
    /// <param name="other">In bytes, from 0.</param>
    public static long Sum(long one, long other) => one > long.MaxValue - other ? long.MaxValue : one + other;
}
