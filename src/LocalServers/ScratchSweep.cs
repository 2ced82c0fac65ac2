namespace ChainBridge.LocalServers;

/// <summary>Removes what killed processes left where even their reapers were killed: servers that still run, and folders.</summary>
public static class ScratchSweep
{
    /// <summary>
    /// First the servers, which are the processes with the folder among their arguments or as their working directory
    /// (Redis writes over its arguments), then the folder, which is how they are found; the shared
    /// memory of a PostgreSQL that could not end by itself stands on line 7 of its <c>postmaster.pid</c>. The folder comes in two
    /// parts, and goes to grep and awk by other ways, or they would find themselves by their own arguments.
    /// </summary>
    private const string Script = """
        folder=$1/$2; i=0
        servers() {
          { printf '%s\n' "$folder" | grep -lsFf - /proc/[0-9]*/cmdline | cut -d/ -f3
            ls -l /proc/[0-9]*/cwd 2>/dev/null |
              FOLDER=$folder awk 'index($0, " -> " ENVIRON["FOLDER"]) { sub(".*/proc/", ""); sub("/cwd.*", ""); print }'
          } | sort -u
        }
        while left=$(servers) && [ -n "$left" ] && [ $i -lt 20 ]; do
          [ $i -lt 15 ] && kill -QUIT $left || kill -KILL $left
          sleep 0.1; i=$((i+1))
        done 2>/dev/null
        [ -z "$(servers)" ] || exit 1
        memory=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null)
        [ -z "$memory" ] || ipcrm -m "$memory" 2>/dev/null
        # A PostgreSQL's own children write to the end.
        for again in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$folder" 2>/dev/null && exit 0; sleep 0.2; done
        rm -rf "$folder"
        """;

    /// <summary>Returns what was removed, as text. What belongs to a live process, or to one elsewhere, is not touched.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        foreach (var folder in ScratchFolder.All().Where(folder => folder.IsAbandoned).ToList())
        {
            try
            {
                await ServerUser.RunAsync(
                    ["/bin/sh", "-c", Script, "sh", Path.GetDirectoryName(folder.Path)!, Path.GetFileName(folder.Path)], cancellationToken);
                removed.Add($"{folder.Path} (of process {folder.Owner.Id})");
            }
            catch (ServerStartException)
            {
                // Another user's: whose next run removes it.
            }
        }

        return removed;
    }
}
