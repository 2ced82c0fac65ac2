namespace ChainBridge.Machine;

/// <summary>Where a process id means what it means here.</summary>
public static class ProcessSpace
{
    /// <summary>
    /// Names this start of this machine and the process namespace of the caller: with the same answer, an id is the same process. Two
    /// machines of one name, and two containers of one machine, have different ones. Null where the system tells neither (macOS).
    /// </summary>
    public static string? Identity()
    {
        try
        {
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}";
        }
        catch (Exception untold) when (untold is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
