/** The parts of ECharts that this window uses. Loaded once the window stands: the first paint does not wait for it. */
import { LineChart } from 'echarts/charts'
import { AxisPointerComponent, GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, AxisPointerComponent, MarkLineComponent, CanvasRenderer])

export { init }
