using System.Threading.Channels;

namespace Foreman.DevCluster.Storage;

/// <summary>Queued events of one watcher. A watcher that falls too far behind is closed and has to watch again.</summary>
internal sealed class WatchQueue
{
    private const int Capacity = 16384;
    private readonly Channel<WatchItem> _items = Channel.CreateBounded<WatchItem>(new BoundedChannelOptions(Capacity)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    public ChannelReader<WatchItem> Reader => _items.Reader;

    public void Offer(StoreEvent change) => Write(new WatchItem(change, change.ResourceVersion));

    public void OfferBookmark(long resourceVersion) => Write(new WatchItem(null, resourceVersion));

    public void Close() => _items.Writer.TryComplete();

    private void Write(WatchItem item)
    {
        if (!_items.Writer.TryWrite(item))
        {
            Close();
        }
    }
}

/// <summary>A change, or a bookmark when there is none: everything up to this resource version was delivered.</summary>
internal readonly record struct WatchItem(StoreEvent? Change, long ResourceVersion);
