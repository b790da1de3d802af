using System.Collections;

namespace Foreman.Scheduling;

/// <summary>A list that never changes. A copy with a few other items shares the rest of them.</summary>
/// <typeparam name="T">The items.</typeparam>
internal sealed class Chunks<T> : IReadOnlyList<T>
{
    private const int Size = 64;

    private readonly T[][] _chunks;

    /// <param name="items">The items.</param>
    public Chunks(IEnumerable<T> items)
    {
        _chunks = [.. items.Chunk(Size)];
        Count = _chunks.Sum(c => c.Length);
    }

    private Chunks(T[][] chunks, int count) => (_chunks, Count) = (chunks, count);

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public T this[int index] => _chunks[index / Size][index % Size];

    /// <summary>The list with other items at some places.</summary>
    /// <param name="places">The places.</param>
    /// <param name="item">Makes the item of a place.</param>
    public Chunks<T> With(int[] places, Func<int, T> item)
    {
        var chunks = (T[][])_chunks.Clone();
        foreach (var place in places)
        {
            var chunk = place / Size;
            if (ReferenceEquals(chunks[chunk], _chunks[chunk]))
            {
                chunks[chunk] = (T[])_chunks[chunk].Clone();
            }

            chunks[chunk][place % Size] = item(place);
        }

        return new(chunks, Count);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _chunks.SelectMany(c => c).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
