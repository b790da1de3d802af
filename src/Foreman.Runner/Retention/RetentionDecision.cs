namespace Foreman.Runner.Retention;

/// <summary>Decides what is removed. Pure.</summary>
internal static class RetentionDecision
{
    /// <summary>What is removed, oldest first: everything that is too old, then the oldest until the rest is small enough.</summary>
    /// <param name="all">What is there.</param>
    /// <param name="policy">How long it is kept.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Remains> Removed(IEnumerable<Remains> all, RetentionPolicy policy, DateTimeOffset now)
    {
        var removed = new List<Remains>();
        var oldestFirst = all.OrderBy(r => r.ChangedAt).ThenBy(r => r.Paths[0], StringComparer.Ordinal).ToList();
        var total = oldestFirst.Sum(r => r.Bytes);
        foreach (var remains in oldestFirst)
        {
            var age = now - remains.ChangedAt;
            var isOld = policy.MaxAge > TimeSpan.Zero && age > policy.MaxAge;
            var isTooMuch = policy.MaxBytes > 0 && total > policy.MaxBytes && age > RetentionPolicy.Grace && remains.Bytes > 0;
            if (!remains.IsInUse && (isOld || isTooMuch))
            {
                removed.Add(remains);
                total -= remains.Bytes;
            }
        }

        return removed;
    }
}
